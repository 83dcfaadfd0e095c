import { Converter } from 'typedoc'

/** A plugin of TypeDoc: pages are listed by their headings, not by the names of their files. */
export function load({ converter }) {
  converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const heading = /^# (.+)/.exec(document.content[0]?.text ?? '')
    if (heading) document.name = heading[1]
  })
}
