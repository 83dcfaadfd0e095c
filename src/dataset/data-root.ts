/** Folder under which data sets are looked up by name: `UNDERSTUDY_DATA`, else `data/raw`. */
export function defaultDataRoot(): string {
  return process.env['UNDERSTUDY_DATA'] ?? 'data/raw'
}
