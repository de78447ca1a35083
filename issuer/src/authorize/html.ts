/** A piece of a page that is safe as it stands: made by `html`, and by nothing else. */
export interface Html {
  readonly markup: string
}

/** What may stand in a template: text, which is escaped, and pieces; `undefined` and `false` are nothing. */
export type Content = string | Html | undefined | false | readonly Content[]

const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPED[character] ?? '')

/** HTML from a template: whatever is put in is escaped, for a place between tags or between quotes of an attribute. */
export const html = (parts: TemplateStringsArray, ...values: readonly Content[]): Html => ({
  markup: parts.map((part, index) => part + (index < values.length ? markupOf(values[index]) : '')).join(''),
})

function markupOf(value: Content): string {
  if (value === undefined || value === false) return ''
  if (typeof value === 'string') return escaped(value)
  if ('markup' in value) return value.markup
  return value.map(markupOf).join('')
}
