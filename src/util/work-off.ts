/**
 * Works off items, so many at a time. The first failure stops the rest, and is thrown once all that
 * is under way has ended: answers that are on their way are paid for.
 */
export async function workOff<T>(
  items: Iterable<T>,
  atATime: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]()
  const failures: unknown[] = []
  const worker = async () => {
    for (let next = waiting.next(); !next.done && failures.length === 0; next = waiting.next())
      await work(next.value).catch((error: unknown) => failures.push(error))
  }
  await Promise.all(Array.from({ length: atATime }, worker))
  if (failures.length > 0) throw failures[0]
}
