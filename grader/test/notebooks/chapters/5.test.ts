import { testNotebooks } from "../run-chapters.js";

testNotebooks(5);
