/**
 * Two distinct items (indices) between which a user is to choose, in the order in which they are
 * shown.
 */
export type Question = readonly [first: number, second: number]
