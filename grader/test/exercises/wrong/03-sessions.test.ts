import { testWrongAnswers } from "../wrong-answers.js";

await testWrongAnswers("03-sessions");
