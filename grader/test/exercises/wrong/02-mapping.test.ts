import { testWrongAnswers } from "../wrong-answers.js";

await testWrongAnswers("02-mapping");
