import { testWrongAnswers } from "../wrong-answers.js";

await testWrongAnswers("04-queries");
