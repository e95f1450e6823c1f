import type { ConnectionInfo } from "./wire.js";

/** A message for the main thread. It comes more than once when the main thread doesn't take it. */
export interface ControlMessage {
  number: number;
  frames: Uint8Array[];
}

/** What the main thread gives the control thread. */
export interface ControlData {
  info: ConnectionInfo;
  /** Numbers that both threads see; `places` says which is where. */
  shared: Int32Array<SharedArrayBuffer>;
  /** Those of the main thread's `Activity`. */
  activity: Int32Array<SharedArrayBuffer>;
}

/** What the shared numbers are. */
export const places = {
  /** The number of the last message that the main thread has taken. */
  taken: 0,
  /** 1 when what the main thread did was cut off. */
  forced: 1,
};
