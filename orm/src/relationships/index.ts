export { Session, sessionmaker } from "./session.js";
