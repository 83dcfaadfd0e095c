import { visible } from '../util/visible.js'
import { type DocumentTable, type ReportDocument, textOf } from './document.js'

/**
 * The report as Markdown; figures are named, their pictures lie beside it as `<name>.png` where
 * there is a browser to draw them.
 */
export function markdown(report: ReportDocument, pictures: ReadonlySet<string>): string {
  const blocks = report.chapters.flatMap(({ title, sections }) => [
    `## ${escape(title)}`,
    ...sections.flatMap((section) => [
      `### ${escape(section.title)}`,
      ...section.paragraphs.map(escape),
      ...(section.figures ?? []).flatMap(({ name, title, caption }) => [
        ...(pictures.has(name) ? [`![${escape(title)}](${name}.png)`] : []),
        `*${escape(title)}.* ${escape(caption)}`,
      ]),
      ...(section.tables ?? []).map(table),
      ...(section.literal ?? []).map(
        (text) => `\`\`\`\n${visible(text).replaceAll('```', "'''")}\n\`\`\``,
      ),
    ]),
  ])
  return [`# ${escape(report.title)}`, ...blocks].join('\n\n') + '\n'
}

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
