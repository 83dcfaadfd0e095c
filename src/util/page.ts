import { readFileSync } from 'node:fs'
import { type Html, markup, trusted } from './html.js'

/** What every page is forbidden: to ask a network, and to send or embed anything. */
const nothing =
  "default-src 'none'; frame-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'"

/**
 * A whole page that needs no network, and is allowed none. All pages have one style.
 * @param allowed - what its policy allows beside styles, e.g. `img-src data:`
 */
export function page(title: string, body: Html, allowed: string[] = []): string {
  const policy = [nothing, "style-src 'unsafe-inline'", ...allowed].join('; ')
  const style = readFileSync(new URL('./assets/page.css', import.meta.url), 'utf8')
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${trusted(style)}</style>
</head>
<body>
${body}
</body>
</html>
`.text
}
