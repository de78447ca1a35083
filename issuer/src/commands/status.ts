import { UsageError, verb } from '@symbolon/command-line'
import type { Json } from '@symbolon/sd-jwt'
import { isObject } from '@symbolon/sd-jwt'
import { client } from '../client.ts'
import { commandSettings } from '../config.ts'
import { readSubject } from './subject.ts'

/** `status`: lists issuances, or changes the status of one. */
export const status = verb({
  name: 'status',
  summary: 'lists what was issued, or revokes, suspends or restores one issuance',
  usage: '[--subject FILE|-] [--type TYPE] | ID valid|suspended|revoked --reason TEXT',
  example: 'symbolon-issuer status kOfUUAXA2xOSJHFhzIPBtA revoked --reason "the source changed"',
  options: {
    subject: { type: 'string', value: 'FILE', help: 'only what was issued about this person; a file with the key in the source, or -' },
    type: { type: 'string', value: 'TYPE', help: 'only of this credential type' },
    cursor: { type: 'string', value: 'CURSOR', help: 'the next page, as the last one said' },
    reason: { type: 'string', value: 'TEXT', help: 'why, for the record; nothing about the person' },
  },
  operands: [0, 2],
  notes:
    'Revoking is final. Every copy of the issuance follows, and what was issued for QR codes and paper by the same offer (--codes), now or at a later refresh; the answer names it.',
  async run({ options, operands: [id, wanted], stdin }) {
    const { subject: path, type, cursor, reason } = options
    const issuer = client(commandSettings(options))
    if (id !== undefined) {
      if (wanted === undefined || reason === undefined) throw new UsageError('a change needs the issuance, the new status and --reason')
      const changed = await issuer.admin('POST', `/issuances/${encodeURIComponent(id)}/status`, { status: wanted, reason })
      const along = Array.isArray(changed.along) ? changed.along : []
      return { data: changed, text: [changed, ...along].map(line).join('\n') }
    }
    const subject = path === undefined ? undefined : await readSubject(path, stdin)
    const page = await issuer.admin('POST', '/issuances/search', {
      ...(subject !== undefined && { subject }),
      ...(type !== undefined && { type }),
      ...(cursor !== undefined && { cursor }),
    })
    const rows = Array.isArray(page.issuances) ? page.issuances.map(line) : []
    const more = page.cursor === undefined ? [] : [`more: --cursor ${page.cursor}`]
    return { data: page, text: rows.length > 0 ? [...rows, ...more].join('\n') : 'nothing was issued' }
  },
})

const line = (issuance: Json): string =>
  isObject(issuance)
    ? [issuance.id, issuance.status, issuance.type, `copies ${issuance.copies}`, `until ${issuance.expires_at}`].join('  ')
    : ''
