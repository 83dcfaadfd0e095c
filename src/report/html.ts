import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Chapter, DocumentTable, ReportDocument, Section } from './document.js'
import type { Figure } from './figures.js'

/** One page that needs no network: Plotly, styles and data are in it, and a policy forbids everything else. @param pictures - PNG of figures by name */
export function html(report: ReportDocument, pictures: ReadonlyMap<string, Buffer>): string {
  const scripts = [plotly(), asset('page.js')]
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`).join(' ')
  const figures = report.chapters.flatMap(({ sections }) => sections.flatMap((section) => section.figures ?? []))
  const policy = `default-src 'none'; script-src ${hashes}; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(report.title)}</title>
<style>${asset('page.css')}</style>
</head>
<body>
<header><h1>${escapeHtml(report.title)}</h1>
${report.chapters.length > 1 ? `<nav aria-label="Contents"><ul>${report.chapters.map(({ name, title }) => `<li><a href="#${escapeHtml(name)}">${escapeHtml(title)}</a></li>`).join('')}</ul></nav>` : ''}
</header>
<main>
${report.chapters.map((chapter) => chapterHtml(chapter, pictures)).join('\n')}
</main>
<script type="application/json" id="figures">${JSON.stringify(figures).replaceAll('<', '\\u003c')}</script>
${scripts.map((script) => `<script>${script}</script>`).join('\n')}
</body>
</html>
`
}

function chapterHtml({ name, title, sections }: Chapter, pictures: ReadonlyMap<string, Buffer>): string {
  return `<article id="${escapeHtml(name)}" aria-labelledby="${escapeHtml(name)}-title"><h2 id="${escapeHtml(name)}-title">${escapeHtml(title)}</h2>\n${sections.map((section) => sectionHtml(section, pictures)).join('\n')}\n</article>`
}

function sectionHtml({ title, paragraphs, figures = [], tables = [], literal = [] }: Section, pictures: ReadonlyMap<string, Buffer>): string {
  return [
    `<section><h3>${escapeHtml(title)}</h3>`,
    ...paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`),
    ...figures.map((figure) => figureHtml(figure, pictures.get(figure.name))),
    ...tables.map(tableHtml),
    ...literal.map((text, k) => (k === 0 ? `<pre tabindex="0">${escapeHtml(text)}</pre>` : `<details><summary>Settings</summary><pre tabindex="0">${escapeHtml(text)}</pre></details>`)),
    '</section>',
  ].join('\n')
}

/** The picture is shown until the live figure is drawn, and where scripts do not run. */
function figureHtml({ name, title, caption }: Figure, picture: Buffer | undefined): string {
  const still = picture ? `<img alt="${escapeHtml(`${title}. ${caption}`)}" src="data:image/png;base64,${picture.toString('base64')}">` : ''
  return `<figure><h4 id="${escapeHtml(name)}-title">${escapeHtml(title)}</h4><div class="plot" id="${escapeHtml(name)}" role="group" aria-labelledby="${escapeHtml(name)}-title" aria-describedby="${escapeHtml(name)}-caption">${still}</div><figcaption id="${escapeHtml(name)}-caption">${escapeHtml(caption)}</figcaption></figure>`
}

function tableHtml({ name, caption, head, rows }: DocumentTable): string {
  const cell = (value: DocumentTable['rows'][number][number]) => (typeof value === 'string' ? `<td>${escapeHtml(value)}</td>` : `<td class="number" data-value="${value.value}">${escapeHtml(value.text)}</td>`)
  return `<div class="scroll" role="region" aria-label="${escapeHtml(caption)}" tabindex="0"><table id="${escapeHtml(name)}"><caption>${escapeHtml(caption)}</caption>
<thead><tr>${head.map((text) => `<th scope="col"><button type="button">${escapeHtml(text)}</button></th>`).join('')}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n')}
</tbody></table></div>`
}

/** Text of data sets and models is text, in elements and attributes alike. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Plotly's own bundle; a closing tag in one of its strings must not end the script. */
function plotly(): string {
  return readFileSync(createRequire(import.meta.url).resolve('plotly.js-dist-min'), 'utf8').replaceAll('</script', '<\\/script')
}

function asset(name: string): string {
  return readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8')
}
