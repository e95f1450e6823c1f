export {
  Select,
  type Selectable,
  type Selected,
  type SelectedRecord,
  type SelectedRow,
  select,
} from "./select.js";
