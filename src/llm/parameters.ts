import type { LlmConfig } from './settings.js'

/**
 * How a server is held to the digits 1 and 2. Token ids 16 and 17 are "1" and "2" in OpenAI's
 * cl100k and o200k.
 */
const constraints: Record<LlmConfig['constrain'], Record<string, unknown>> = {
  none: {},
  /** OpenAI. */
  'logit-bias': { logit_bias: { 16: 100, 17: 100 } },
  /** llama.cpp. */
  grammar: { grammar: 'root ::= "1" | "2"' },
  /** vLLM. */
  choice: { structured_outputs: { choice: ['1', '2'] } },
  /** Ollama, LM Studio and others; has no log-probability of the digit as the first token. */
  'json-schema': {
    max_tokens: 16,
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'answer',
        strict: true,
        schema: {
          type: 'object',
          properties: { answer: { type: 'string', enum: ['1', '2'] } },
          required: ['answer'],
          additionalProperties: false,
        },
      },
    },
  },
}

/** Parameters that the configuration adds to a chat request; part of each stored request. */
export function requestParameters({ constrain, extra }: LlmConfig): Record<string, unknown> {
  return { ...constraints[constrain], ...extra }
}
