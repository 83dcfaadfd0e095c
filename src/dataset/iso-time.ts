const isoDate =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(Z|[+-]\d\d:?\d\d)?)?$/

/** Seconds of an ISO 8601 date, or date and time (UTC without a zone); undefined for others. */
export function parseIsoSeconds(text: string): number | undefined {
  const [, date, time = '00:00', zone = 'Z'] = isoDate.exec(text.trim()) ?? []
  const day = Date.parse(`${date}T00:00Z`)
  // 2023-02-30 would roll over to March.
  const exists =
    date !== undefined && Number.isFinite(day) && new Date(day).toISOString().startsWith(date)
  const seconds = exists ? Date.parse(`${date}T${time}${zone}`) / 1000 : NaN
  return Number.isFinite(seconds) ? seconds : undefined
}
