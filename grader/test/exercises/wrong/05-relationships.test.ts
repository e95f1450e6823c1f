import { testWrongAnswers } from "../wrong-answers.js";

await testWrongAnswers("05-relationships");
