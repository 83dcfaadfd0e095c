import { visible } from '../util/visible.js'
import type { Point } from '../util/page-parts.js'
import { type DocumentTable, isEmpty, type ReportDocument, textOf } from './document.js'

/**
 * The report as Markdown; figures are named, their pictures lie beside it as `<name>.png` where
 * there is a browser to draw them.
 */
export function markdown(report: ReportDocument, pictures: ReadonlySet<string>): string {
  const blocks = report.chapters.flatMap(({ title, sections }) => [
    ...(report.chapters.length > 1 ? [`## ${escape(title)}`] : []),
    ...sections
      .filter((section) => !isEmpty(section))
      .flatMap((section) => [
        `### ${escape(section.title)}`,
        ...(section.paragraphs ?? []).map(escape),
        ...list((section.points ?? []).map(point)),
        ...list((section.bullets ?? []).map(escape)),
        ...(section.figures ?? []).flatMap(({ name, title, caption }) => [
          ...(pictures.has(name) ? [`![${escape(title)}](${name}.png)`] : []),
          `*${escape(title)}.* ${escape(caption)}`,
        ]),
        ...(section.tables ?? []).map(table),
        ...list((section.words ?? []).map(point)),
        ...(section.literal ?? []).map(
          (text) => `\`\`\`\n${visible(text).replaceAll('```', "'''")}\n\`\`\``,
        ),
      ]),
  ])
  return [`# ${escape(report.title)}`, ...blocks].join('\n\n') + '\n'
}

/** A list as one block, or none. */
const list = (items: string[]) =>
  items.length > 0 ? [items.map((item) => `- ${item}`).join('\n')] : []

const point = ({ label, text }: Point) =>
  `**${escape(label)}:** ${[text].flat().map(escape).join(' ')}`

function table({ head, rows }: DocumentTable): string {
  const numeric = head.map((_, column) => rows.some((row) => typeof row[column] !== 'string'))
  const line = (cells: string[]) =>
    `| ${cells.map((cell) => escape(cell).replaceAll('|', '\\|')).join(' | ')} |`
  return [
    line(head),
    `|${numeric.map((right) => (right ? '--:' : '---')).join('|')}|`,
    ...rows.map((row) => line(row.map(textOf))),
  ].join('\n')
}

/** Text that Markdown shows as it is, without HTML, links or emphasis, and a terminal too. */
function escape(text: string): string {
  const line = visible(text.replace(/[\r\n]+/g, ' '))
  return line.replace(/[\\`*_[\]<>#]/g, (character) => `\\${character}`)
}
