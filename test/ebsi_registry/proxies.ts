import { gunzipSync } from 'node:zlib'
import { verifyAttestation } from './attestation.ts'
import { jsonObject } from './methods/fields.ts'
import { invalidParams } from './rpc_error.ts'
import type { State } from './state.ts'

export interface Proxy {
  readonly prefix: string
  readonly headers: Readonly<Record<string, string | number | boolean>>
  readonly testSuffix: string
}

const HEADERS = ['authorization', 'cache-control']
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']
const PATIENCE = 5_000
const LARGEST = 2 ** 20
/** The smallest list, in bytes: 131,072 bits (facts, 8). */
const SMALLEST_LIST = 16 * 1024
const LARGEST_LIST = 2 ** 24

/** A registered proxy; throws a text of what is wrong with it. */
export function readProxy(text: string): Proxy {
  const { prefix, headers = {}, testSuffix } = jsonObject(text) ?? {}
  if (typeof prefix !== 'string' || typeof testSuffix !== 'string') throw new TypeError('prefix and testSuffix are required')
  const url = URL.parse(prefix)
  // The live service takes https only; on loopback there is no certificate to be had.
  const isAllowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.includes(url.hostname))
  if (!url || !isAllowed || url.search || url.hash || /[?#]/.test(prefix))
    throw new TypeError('prefix must be https without query or fragment')
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) throw new TypeError('headers must be an object')
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADERS.includes(name.toLowerCase())) throw new TypeError('headers may be Authorization and Cache-Control')
    if (!['string', 'number', 'boolean'].includes(typeof value)) throw new TypeError('a header must be a text, a number or a boolean')
  }
  return { prefix, headers: headers as Proxy['headers'], testSuffix }
}

/** What the registry checks before it takes a proxy: its form, and that the test address answers a list of that issuer. Throws invalid params. */
export async function checkProxy(args: { did: string; proxyData: string }, state: State): Promise<void> {
  try {
    const proxy = readProxy(args.proxyData)
    await fetchStatusList(state, args.did, proxy, proxy.testSuffix)
  } catch (error) {
    throw invalidParams(`proxyData: ${error instanceof Error ? error.message : 'not reachable'}`)
  }
}

/** The status list credential behind a proxy, as a JWT; throws unless it is a valid one of that issuer. */
export async function fetchStatusList(state: State, issuer: string, { prefix, headers }: Proxy, path: string): Promise<string> {
  const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
  const response = await fetch(`${prefix}${path}`, { headers: sent, redirect: 'error', signal: AbortSignal.timeout(PATIENCE) })
  if (response.status !== 200) throw new TypeError(`the address answers ${response.status}`)
  const text = (await response.text()).trim()
  if (text.length > LARGEST) throw new TypeError('the list is too large')
  const list = await verifyAttestation(state, text)
  if (list.issuer !== issuer) throw new TypeError('the list is of another issuer')
  checkList(list.types, list.vc.credentialSubject)
  return text
}

/** The two kinds of lists: type of the credential, of its subject, and how the list is written (facts, 8). */
const LISTS = [
  { type: 'StatusList2021Credential', subject: 'StatusList2021', encoding: 'base64', prefix: '' },
  { type: 'BitstringStatusListCredential', subject: 'BitstringStatusList', encoding: 'base64url', prefix: 'u' },
] as const

function checkList(types: readonly string[], subject: unknown): void {
  const kind = LISTS.find(({ type }) => types.includes(type))
  const { type, statusPurpose, encodedList } = (subject ?? {}) as Record<string, unknown>
  if (kind === undefined || type !== kind.subject) throw new TypeError('the credential is no status list')
  const isWritten = typeof statusPurpose === 'string' && typeof encodedList === 'string' && encodedList.startsWith(kind.prefix)
  if (!isWritten) throw new TypeError('the status list has no purpose or no list')
  const bits = gunzipSync(Buffer.from(encodedList.slice(kind.prefix.length), kind.encoding), { maxOutputLength: LARGEST_LIST })
  if (bits.length < SMALLEST_LIST) throw new TypeError('the status list is too short')
}
