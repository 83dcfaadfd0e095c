/**
 * What the server answers to a prompt: the digit, and how much likelier (nats) it is than the
 * other.
 */
export function answerTo(prompt: string): { text: '1' | '2'; margin: number }
