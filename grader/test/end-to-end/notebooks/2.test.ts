import { testNotebooksInLab } from "../see-chapters.js";

testNotebooksInLab(2);
