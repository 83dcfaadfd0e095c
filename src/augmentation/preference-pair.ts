/** A synthetic preference: a user prefers one item to another (indices). */
export interface PreferencePair {
  /** User index. */
  user: number
  /** Index of the item that is preferred. */
  preferred: number
  /** Index of the other item. */
  other: number
  /** log(P(preferred) / P(other)), nats, >= 0; absent where the model gives no probabilities. */
  margin?: number
  /** Whether both orders chose the same item; absent where one order alone was asked. */
  agree?: boolean
  /** Weight in training, relative to other pairs; absent = 1. */
  weight?: number
}
