import { testWrongAnswers } from "../wrong-answers.js";

await testWrongAnswers("01-engines");
