import type { ConnectionInfo } from "./wire.js";

/** What the main thread gives the control thread. */
export interface ControlData {
  info: ConnectionInfo;
  /** Numbers that both threads see; `places` says which is where. */
  shared: Int32Array;
}

/** What the shared numbers are. */
export const places = {
  /** How many messages the main thread has taken. */
  taken: 0,
  /** 1 when what the main thread did was cut off. */
  forced: 1,
  /** 1 while the main thread is in the first part of a cell, up to the first `await` that waits. */
  firstPart: 2,
};
