import { type JsonObject, parseJson } from '@symbolon/sd-jwt'
import { ProtocolError } from '../../errors.ts'
import type { ResponseMode } from './index.ts'

/** The answer in clear, over https to the verifier itself (OpenID4VP 1.0 section 8.2). */
export const directPost: ResponseMode = {
  id: 'direct_post',
  spec: 'OpenID4VP 1.0 section 8.2',
  encrypted: false,
  requestFault: () => undefined,
  async write({ vp_token: token, ...others }) {
    const texts = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const]))
    return { ...Object.fromEntries(texts), ...(token !== undefined && { vp_token: JSON.stringify(token) }) }
  },
  async read(form) {
    if (form.has('response')) throw new ProtocolError('invalid_request', 'the answer was asked for in clear, not as a JWE')
    const token = form.get('vp_token')
    const members: JsonObject = Object.create(null)
    for (const [name, value] of form) members[name] = value
    if (token !== undefined) members.vp_token = readJson(token)
    return members
  },
}

function readJson(text: string) {
  try {
    return parseJson(text)
  } catch (cause) {
    throw new ProtocolError('invalid_request', 'vp_token is not strict JSON', cause)
  }
}
