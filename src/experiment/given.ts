/** Settings whose defaults fit themselves to small data. */
export const fitting = ['policy.budget', 'policy.rewardK', 'evaluation.ks'] as const satisfies Given

/** Settings that somebody has given, of those that fit themselves: they stay as they are. */
export type Given = readonly ('policy.budget' | 'policy.rewardK' | 'evaluation.ks')[]

/** Which of the fitting settings a record has. */
export function givenIn(record: unknown): Given {
  const sections = (record ?? {}) as Record<string, Record<string, unknown> | undefined>
  return fitting.filter((path) => {
    const [section, name] = path.split('.')
    return sections[section]?.[name] !== undefined
  })
}
