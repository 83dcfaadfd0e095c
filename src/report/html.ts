import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { escapeHtml } from '../util/html.js'
import type { Chapter, DocumentTable, ReportDocument, Section, TableCell } from './document.js'
import type { Figure } from './figures/figure.js'

/**
 * A report as one page that needs no network: Plotly, styles and data are in it, and a policy
 * forbids everything else.
 * @param pictures - PNG of figures by name
 */
export function html(report: ReportDocument, pictures: ReadonlyMap<string, Buffer>): string {
  const scripts = [plotly(), asset('page.js')]
  const hashes = scripts
    .map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`)
    .join(' ')
  const figures = report.chapters.flatMap(({ sections }) =>
    sections.flatMap((section) => section.figures ?? []),
  )
  const policy =
    `default-src 'none'; script-src ${hashes}; style-src 'unsafe-inline'; ` +
    "img-src data: blob:; base-uri 'none'; form-action 'none'"
  const data = JSON.stringify(figures).replaceAll('<', '\\u003c')
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
${report.chapters.length > 1 ? contents(report.chapters) : ''}
</header>
<main>
${report.chapters.map((chapter) => chapterHtml(chapter, pictures)).join('\n')}
</main>
<script type="application/json" id="figures">${data}</script>
${scripts.map((script) => `<script>${script}</script>`).join('\n')}
</body>
</html>
`
}

function contents(chapters: Chapter[]): string {
  const items = chapters.map(
    ({ name, title }) => `<li><a href="#${escapeHtml(name)}">${escapeHtml(title)}</a></li>`,
  )
  return `<nav aria-label="Contents"><ul>${items.join('')}</ul></nav>`
}

function chapterHtml(
  { name, title, sections }: Chapter,
  pictures: ReadonlyMap<string, Buffer>,
): string {
  const id = escapeHtml(name)
  return [
    `<article id="${id}" aria-labelledby="${id}-title">` +
      `<h2 id="${id}-title">${escapeHtml(title)}</h2>`,
    ...sections.map((section) => sectionHtml(section, pictures)),
    '</article>',
  ].join('\n')
}

function sectionHtml(
  { title, paragraphs, figures = [], tables = [], literal = [] }: Section,
  pictures: ReadonlyMap<string, Buffer>,
): string {
  return [
    `<section><h3>${escapeHtml(title)}</h3>`,
    ...paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`),
    ...figures.map((figure) => figureHtml(figure, pictures.get(figure.name))),
    ...tables.map(tableHtml),
    ...literal.map((text, k) => {
      const pre = `<pre tabindex="0">${escapeHtml(text)}</pre>`
      return k === 0 ? pre : `<details><summary>Settings</summary>${pre}</details>`
    }),
    '</section>',
  ].join('\n')
}

/** The picture is shown until the live figure is drawn, and where scripts do not run. */
function figureHtml({ name, title, caption }: Figure, picture: Buffer | undefined): string {
  const id = escapeHtml(name)
  const alt = escapeHtml(`${title}. ${caption}`)
  const still = picture
    ? `<img alt="${alt}" src="data:image/png;base64,${picture.toString('base64')}">`
    : ''
  return [
    `<figure><h4 id="${id}-title">${escapeHtml(title)}</h4>`,
    `<div class="plot" id="${id}" role="group" aria-labelledby="${id}-title" `,
    `aria-describedby="${id}-caption">${still}</div>`,
    `<figcaption id="${id}-caption">${escapeHtml(caption)}</figcaption></figure>`,
  ].join('')
}

function tableHtml({ name, caption, head, rows }: DocumentTable): string {
  const cell = (value: TableCell) =>
    typeof value === 'string'
      ? `<td>${escapeHtml(value)}</td>`
      : `<td class="number" data-value="${value.value}">${escapeHtml(value.text)}</td>`
  const title = escapeHtml(caption)
  const heads = head.map(
    (text) => `<th scope="col"><button type="button">${escapeHtml(text)}</button></th>`,
  )
  return [
    `<div class="scroll" role="region" aria-label="${title}" tabindex="0">` +
      `<table id="${escapeHtml(name)}"><caption>${title}</caption>`,
    `<thead><tr>${heads.join('')}</tr></thead>`,
    '<tbody>',
    ...rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`),
    '</tbody></table></div>',
  ].join('\n')
}

/** Plotly's own bundle; a closing tag in one of its strings must not end the script. */
function plotly(): string {
  return readFileSync(
    createRequire(import.meta.url).resolve('plotly.js-dist-min'),
    'utf8',
  ).replaceAll('</script', '<\\/script')
}

function asset(name: string): string {
  return readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8')
}
