export { binaryType, uuidType } from "./types-bytes.js";
export { convertedType, type ValueConverter } from "./types-converted.js";
export { type DeepReadonly, jsonType } from "./types-json.js";
export {
  type BigintForms,
  bigintType,
  booleanType,
  decimalType,
  doubleType,
  integerType,
} from "./types-number.js";
export { enumerationType, textType, varcharType } from "./types-text.js";
export { dateType, datetimeType } from "./types-time.js";
