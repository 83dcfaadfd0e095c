import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const models = fileURLToPath(new URL('../../data/models', import.meta.url))

/** A chat model of 135 million parameters. */
export const smol = join(models, 'SmolLM2-135M-Instruct.Q4_1.gguf')
/** A base model of 270 million parameters. */
export const gemma = join(models, 'gemma-3-270m-q4_k_m.gguf')

/** Whether the weights and what runs them are there; both come by `npm run models`. */
export const atHand = (file: string) =>
  existsSync(file) && existsSync(join(models, 'node_modules', 'node-llama-cpp', 'package.json'))

/** For the title of a test. */
export const needs = (file: string) => (atHand(file) ? '' : ' (skipped: npm run models)')
