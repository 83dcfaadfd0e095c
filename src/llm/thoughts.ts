/** How a reasoning model is made to answer, for messages. */
export const thinkingAdvice =
  'this is a reasoning model: switch thinking off' +
  ` (llama.cpp and vLLM: --set llm.extra='{"chat_template_kwargs":{"enable_thinking":false}}';` +
  ` Ollama and OpenAI: --set llm.extra='{"reasoning_effort":"none"}', or "minimal", or "low"),` +
  ` or allow more tokens (--set llm.extra='{"max_tokens":2000}'; OpenAI: "max_completion_tokens")`

// The marks of Qwen, DeepSeek and most others, Mistral, Kimi, Cohere and gpt-oss.
const begin =
  /^\s*(?:<(?:\w+:)?(?:think|thought|reasoning)|\[think|◁think|<\|(?:channel|start_think))/i
const end =
  /<\/(?:\w+:)?(?:think|thinking|thought|reasoning)>|\[\/think\]|◁\/think▷|<\|end_thinking\|>|<\|channel\|>final<\|message\|>/gi

/** A thought that a server gave apart, put back before the answer. */
export function withThought(thought: string, text: string): string {
  return `<think>${thought}${text.trim() === '' ? '' : `</think>${text}`}`
}

/**
 * Parts what a model thought from what it then answered.
 * @returns whether it thought, and its answer; undefined where it did not end its thought
 */
export function afterThought(whole: string): { thought: boolean; text: string } | undefined {
  // Some chat templates put the beginning into the prompt, so that only the end is seen.
  const last = [...whole.matchAll(end)].at(-1)
  if (last) return { thought: true, text: whole.slice(last.index + last[0].length) }
  return begin.test(whole) ? undefined : { thought: false, text: whole }
}
