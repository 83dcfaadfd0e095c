import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Html, lines, markup, page, trusted } from '../util/html.js'
import type { Chapter, DocumentTable, ReportDocument, Section, TableCell } from './document.js'
import { figureJson } from './figure-json.js'
import type { Figure } from './figures/figure.js'

/**
 * A report as one page that needs no network: Plotly, styles and data are in it, and a policy
 * forbids everything else.
 * @param pictures - PNG of figures by name
 */
export function reportPage(report: ReportDocument, pictures: ReadonlyMap<string, Buffer>): string {
  const { title, chapters } = report
  const scripts = [plotly(), asset('page.js')]
  const hashes = scripts
    .map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`)
    .join(' ')
  const figures = chapters.flatMap(({ sections }) =>
    sections.flatMap((section) => section.figures ?? []),
  )
  const body = markup`<header><h1>${title}</h1>
${chapters.length > 1 ? contents(chapters) : ''}
</header>
<main>
${lines(chapters.map((chapter) => chapterHtml(chapter, pictures)))}
</main>
<script type="application/json" id="figures">${trusted(figuresJson(figures))}</script>
${lines(scripts.map((script) => markup`<script>${trusted(script)}</script>`))}`
  return page(title, asset('page.css'), body, [`script-src ${hashes}`, 'img-src data: blob:'])
}

/** Plotly reads tags in the text of a figure, links too: those of data are shown as they are. */
function figuresJson(figures: Figure[]): string {
  const json = figureJson(figures, (value) =>
    typeof value === 'string' ? value.replace(/<(?=[/a-z])/gi, '&lt;') : value,
  )
  return json.replaceAll('<', '\\u003c')
}

function contents(chapters: Chapter[]): Html {
  const items = chapters.map(({ name, title }) => markup`<li><a href="#${name}">${title}</a></li>`)
  return markup`<nav aria-label="Contents"><ul>${items}</ul></nav>`
}

function chapterHtml(
  { name, title, sections }: Chapter,
  pictures: ReadonlyMap<string, Buffer>,
): Html {
  return lines([
    markup`<article id="${name}" aria-labelledby="${name}-title"><h2 id="${name}-title">${title}</h2>`,
    ...sections.map((section) => sectionHtml(section, pictures)),
    markup`</article>`,
  ])
}

function sectionHtml(
  { title, paragraphs, figures = [], tables = [], literal = [] }: Section,
  pictures: ReadonlyMap<string, Buffer>,
): Html {
  return lines([
    markup`<section><h3>${title}</h3>`,
    ...paragraphs.map((text) => markup`<p>${text}</p>`),
    ...figures.map((figure) => figureHtml(figure, pictures.get(figure.name))),
    ...tables.map(tableHtml),
    ...literal.map((text, k) => {
      const pre = markup`<pre tabindex="0">${text}</pre>`
      return k === 0 ? pre : markup`<details><summary>Settings</summary>${pre}</details>`
    }),
    markup`</section>`,
  ])
}

/** The picture is shown until the live figure is drawn, and where scripts do not run. */
function figureHtml({ name, title, caption }: Figure, picture: Buffer | undefined): Html {
  const still = picture
    ? markup`<img alt="${title}. ${caption}" src="data:image/png;base64,${picture.toString('base64')}">`
    : ''
  return markup`<figure><h4 id="${name}-title">${title}</h4><div class="plot" id="${name}" role="group" aria-labelledby="${name}-title" aria-describedby="${name}-caption">${still}</div><figcaption id="${name}-caption">${caption}</figcaption></figure>`
}

function tableHtml({ name, caption, head, rows }: DocumentTable): Html {
  const cell = (value: TableCell) =>
    typeof value === 'string'
      ? markup`<td>${value}</td>`
      : markup`<td class="number" data-value="${value.value}">${value.text}</td>`
  const heads = head.map(
    (text) => markup`<th scope="col"><button type="button">${text}</button></th>`,
  )
  return lines([
    markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table id="${name}"><caption>${caption}</caption>`,
    markup`<thead><tr>${heads}</tr></thead>`,
    markup`<tbody>`,
    ...rows.map((row) => markup`<tr>${row.map(cell)}</tr>`),
    markup`</tbody></table></div>`,
  ])
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
