import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import { type Html, lines, markup, trusted } from '../util/html.js'
import { bullets, folded, literal, pointList, section, tableBox } from '../util/page-parts.js'
import { page } from '../util/page.js'
import { type Chapter, isEmpty, type ReportDocument, type Section } from './document.js'
import { figureJson } from './figure-json.js'
import type { Figure } from './figures/figure.js'

/**
 * A report as one page that needs no network: Plotly, styles and data are in it, and a policy
 * forbids everything else. A single chapter needs no title of its own.
 * @param pictures - PNG of figures by name
 */
export function reportPage(report: ReportDocument, pictures: ReadonlyMap<string, Buffer>): string {
  const { title, chapters } = report
  const only = chapters.length === 1 ? chapters[0] : undefined
  const [plotly, own] = [plotlyScript(), pageScript()]
  const hashes = [plotly, own]
    .map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`)
    .join(' ')
  const figures = chapters.flatMap(({ sections }) =>
    sections.flatMap((section) => section.figures ?? []),
  )
  const body = markup`<header><h1>${title}</h1>
${only ? '' : contents(chapters)}
</header>
<main>
${only ? sectionsHtml(only.sections, pictures, 2) : lines(chapters.map((chapter) => chapterHtml(chapter, pictures)))}
</main>
<script type="application/json" id="figures">${trusted(figuresJson(figures))}</script>
<script type="text/plain" id="plotly">${gzipSync(plotly, { level: 9 }).toString('base64')}</script>
<script>${trusted(own)}</script>`
  return page(title, body, [`script-src ${hashes}`, 'img-src data: blob:'])
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
    sectionsHtml(sections, pictures, 3),
    markup`</article>`,
  ])
}

function sectionsHtml(
  sections: Section[],
  pictures: ReadonlyMap<string, Buffer>,
  level: 2 | 3,
): Html {
  const filled = sections.filter((section) => !isEmpty(section))
  return lines(
    filled.map((one) =>
      (one.folded ? folded : section)(one.title, contentOf(one, pictures), level),
    ),
  )
}

function contentOf(section: Section, pictures: ReadonlyMap<string, Buffer>): Html {
  const { paragraphs = [], points = [], bullets: items = [], figures = [] } = section
  const { tables = [], words = [], literal: texts = [] } = section
  return lines([
    ...paragraphs.map((text) => markup`<p>${text}</p>`),
    ...(points.length > 0 ? [pointList(points)] : []),
    ...(items.length > 0 ? [bullets(items)] : []),
    ...figures.map((figure) => figureHtml(figure, pictures.get(figure.name))),
    ...tables.map((table) => tableBox(table, true)),
    ...(words.length > 0 ? [pointList(words, 'words')] : []),
    ...texts.map(literal),
  ])
}

/** The picture is shown until the live figure is drawn, and where scripts do not run. */
function figureHtml({ name, title, caption }: Figure, picture: Buffer | undefined): Html {
  const still = picture
    ? markup`<img alt="${title}. ${caption}" src="data:image/png;base64,${picture.toString('base64')}">`
    : ''
  return markup`<figure><h4 id="${name}-title">${title}</h4><div class="plot" id="${name}" role="group" aria-labelledby="${name}-title" aria-describedby="${name}-caption">${still}</div><figcaption id="${name}-caption">${caption}</figcaption></figure>`
}

/** Plotly's own bundle of 4.9 MB, which the page holds compressed. */
const plotlyScript = () =>
  readFileSync(createRequire(import.meta.url).resolve('plotly.js-dist-min'), 'utf8')

const pageScript = () => readFileSync(new URL('./assets/page.js', import.meta.url), 'utf8')
