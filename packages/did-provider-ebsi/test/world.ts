import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAgent, type IDIDManager, type IKeyManager, type IResolver, type TAgent } from '@veramo/core'
import { DIDManager, MemoryDIDStore } from '@veramo/did-manager'
import { DIDResolverPlugin } from '@veramo/did-resolver'
import { KeyManager, MemoryKeyStore, MemoryPrivateKeyStore } from '@veramo/key-manager'
import { KeyManagementSystem } from '@veramo/kms-local'
import type { Identity as DoubleIdentity } from '../../../test/ebsi_registry/start.ts'
import { EbsiDIDProvider, getKeyResolver, getResolver, type Identity, ledgerKey, type NetworkSettings, signingKey } from '../src/index.ts'

/** An answer as it goes over the wire. */
export interface Wire {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Asked {
  /** Counted from 0. */
  readonly number: number
  readonly path: string
  readonly method: string
  readonly body: string
}

/** Gives the answer, the true one or another; `null` closes the connection, `undefined` never answers. */
export type Spoil = (asked: Asked, forward: () => Promise<Wire>) => Promise<Wire | null | undefined>

/** A server between us and the double that can answer otherwise; requests reach it by `fetch`, which keeps the address of the double for all that is signed. */
export async function between(origin: string) {
  const seen: Asked[] = []
  let spoil: Spoil = (_, forward) => forward()
  const server = createServer((request, response) => void pass(request, response))
  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    const { method = 'GET', url: path = '/', headers } = request
    const asked = { number: seen.length, path, method, body }
    seen.push(asked)
    const answer = await spoil(asked, async () => {
      const { accept = '', authorization, 'content-type': type } = headers
      const sent = {
        accept,
        ...(authorization === undefined ? {} : { authorization }),
        ...(type === undefined ? {} : { 'content-type': type }),
      }
      const answered = await fetch(origin + path, { method, headers: sent, ...(method === 'POST' ? { body } : {}), redirect: 'manual' })
      return { status: answered.status, headers: Object.fromEntries(answered.headers), body: await answered.text() }
    })
    if (answer === null) request.socket.destroy()
    if (!answer) return
    const { 'content-length': _, 'transfer-encoding': __, connection: ___, 'keep-alive': ____, ...kept } = answer.headers
    response.writeHead(answer.status, kept).end(answer.body)
  }
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const through: typeof fetch = (url, init) => fetch(String(url).replace(origin, here), init)
  return {
    seen,
    fetch: through,
    /** From now on, and counted from 0 again. */
    spoil(next: Spoil) {
      seen.length = 0
      spoil = next
    },
    close: () => {
      server.closeAllConnections()
      return new Promise<void>((done) => server.close(() => done()))
    },
  }
}

export const json = (value: unknown, status = 200, type = 'application/json'): Wire => ({
  status,
  headers: { 'content-type': type },
  body: JSON.stringify(value),
})

/** The true answer with another body. */
export async function changed(forward: () => Promise<Wire>, change: (body: Record<string, never>) => unknown): Promise<Wire> {
  const answer = await forward()
  return { ...answer, body: JSON.stringify(change(JSON.parse(answer.body))) }
}

/** The JSON-RPC method that is asked for. */
export const rpcMethod = ({ body, path }: Asked): string | undefined =>
  path.endsWith('/jsonrpc') || path.endsWith('/besu') ? JSON.parse(body).method : undefined

export type Agent = TAgent<IKeyManager & IDIDManager & IResolver>

/** An agent of Veramo with our provider and our resolvers. */
export function agentOf(settings: NetworkSettings, kms: ConstructorParameters<typeof KeyManager>[0]['kms'] = localKms()) {
  const provider = new EbsiDIDProvider({ ...settings, defaultKms: Object.keys(kms)[0] ?? '' })
  const agent: Agent = createAgent<IKeyManager & IDIDManager & IResolver>({
    plugins: [
      new KeyManager({ store: new MemoryKeyStore(), kms }),
      new DIDManager({ store: new MemoryDIDStore(), defaultProvider: 'did:ebsi', providers: { 'did:ebsi': provider } }),
      new DIDResolverPlugin({ ...getResolver(settings), ...getKeyResolver() }),
    ],
  })
  return { agent, provider }
}

const localKms = () => ({ local: new KeyManagementSystem(new MemoryPrivateKeyStore()) })

/** One of the double's own identities as ours. */
export function asOurs({ did, ledgerKey: ledger, signingKey: signing }: DoubleIdentity): Identity {
  const bytes = (key: JsonWebKey): Uint8Array => Buffer.from(key.d ?? '', 'base64url')
  return { did, ledgerKey: ledgerKey(bytes(ledger.privateJwk)), signingKey: signingKey(bytes(signing.privateJwk)) }
}

/** What a call is refused with, `code: detail`. */
export async function refusal(call: Promise<unknown> | (() => Promise<unknown>)): Promise<string> {
  try {
    await (typeof call === 'function' ? call() : call)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return 'nothing was refused'
}
