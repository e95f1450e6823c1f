import { testWrongAnswers } from "../wrong-answers.js";

await testWrongAnswers("06-integrity");
