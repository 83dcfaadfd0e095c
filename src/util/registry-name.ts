import { z } from 'zod'
import { oneOf } from './errors.js'
import type { Registry } from './registry.js'

/**
 * A setting that names an entry of a registry. Entries that are added later count; an unknown name
 * is refused with those that are known. Its `examples` are the entries of this package, for docs.
 */
export function nameIn(registry: Registry<{ readonly name: string }>) {
  return z
    .string()
    .refine((name) => registry.has(name), {
      error: () => `unknown ${registry.kind}; known: ${oneOf(registry.names())}`,
    })
    .meta({ examples: registry.names() })
}
