// dist/llm/o200k.js: gpt-tokenizer's encoding of this name, put there by scripts/build.mjs.
export function countTokens(text: string, options?: { disallowedSpecial: Set<string> }): number
