export { binaryType, uuidType } from "./types-bytes.js";
export { convertedType, type ValueConverter } from "./types-converted.js";
export { type DeepReadonly, jsonType } from "./types-json.js";
export {
  anyDecimalType,
  type BigintForms,
  bigintType,
  booleanType,
  decimalType,
  doubleType,
  integerType,
  numberType,
} from "./types-number.js";
export { enumerationType, textType, varcharType } from "./types-text.js";
export { dateType, datetimeType } from "./types-time.js";
