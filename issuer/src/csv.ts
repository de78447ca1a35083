/**
 * Reads comma-separated values (RFC 4180) with a header line: one record per line, by column.
 *
 * Throws `SyntaxError` with the line for a quote out of place or a line with another number of fields than the header.
 */
export function parseCsv(text: string): Record<string, string>[] {
  const [header, ...lines] = records(text)
  if (header === undefined) return []
  return lines.map(({ fields, line }) => {
    if (fields.length !== header.fields.length)
      throw new SyntaxError(`line ${line}: ${fields.length} fields instead of ${header.fields.length}`)
    return Object.fromEntries(header.fields.map((column, index) => [column, fields[index] ?? '']))
  })
}

const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y

function records(text: string): { fields: string[]; line: number }[] {
  const found: { fields: string[]; line: number }[] = []
  let fields: string[] = []
  let line = 1
  FIELD.lastIndex = 0
  while (FIELD.lastIndex < text.length || fields.length > 0) {
    const match = FIELD.exec(text)
    if (match === null) throw new SyntaxError(`line ${line}: a quote out of place`)
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === ',') continue
    found.push({ fields, line })
    line += match[0].split('\n').length - 1
    fields = []
  }
  return found
}
