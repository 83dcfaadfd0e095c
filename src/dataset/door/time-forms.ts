/** Units and forms of a time. */
export const timeForms = [
  's',
  'ms',
  'us',
  'ns',
  'excel',
  'yyyymmdd',
  'iso',
  'dmy',
  'mdy',
  'words',
] as const
export type TimeForm = (typeof timeForms)[number]

/** How a form is called in sentences. */
export const formNames: Record<TimeForm, string> = {
  s: 'seconds since 1970',
  ms: 'milliseconds since 1970',
  us: 'microseconds since 1970',
  ns: 'nanoseconds since 1970',
  excel: 'days since 1900, as Excel counts them',
  yyyymmdd: 'dates such as 20200913',
  iso: 'dates such as 2020-09-13 or 2020-09-13T12:26:40Z',
  dmy: 'dates such as 13/09/2020',
  mdy: 'dates such as 09/13/2020',
  words: 'dates such as 13 Sep 2020',
}
