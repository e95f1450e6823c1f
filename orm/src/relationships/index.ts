export { declarativeBase } from "./base.js";
export { joinedload, SelectinLoad, selectinload } from "./options.js";
export { raiseload } from "./raise.js";
export { Session, type SessionOptions, sessionmaker } from "./session.js";
