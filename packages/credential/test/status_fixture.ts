import 'reflect-metadata'
import { deflateSync } from 'node:zlib'
import * as x509 from '@peculiar/x509'
import { primitives } from '@symbolon/primitives/node'
import { type Json, type JsonObject, unsignedJws } from '@symbolon/sd-jwt'
import type { Evidence, View } from '../src/model.ts'
import { partKey } from '../src/model.ts'
import { encodeStatusList, type StatusContext, type StatusListDraft } from '../src/status/index.ts'
import { type Anchors, type Purpose, parseTrust, prepareAnchors } from '../src/trust/index.ts'

export const NOW = 1_795_435_200
export const URI = 'https://issuer.example/status-lists/1'
export const TYPE = 'urn:example:statute'
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** A leaf below an anchor: what signs in these tests. */
export interface Party {
  readonly anchor: string
  readonly x5c: readonly string[]
  sign(input: string): Promise<Uint8Array>
}

/** An authority and one leaf below it, which names the URL if there is one. */
export async function party(name: string, url?: string): Promise<Party> {
  const authority = await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])
  const signer = await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])
  const validity = { notBefore: new Date((NOW - 86_400) * 1000), notAfter: new Date((NOW + 90 * 86_400) * 1000) }
  const issuer = `O=Example, CN=${name} CA`
  const certified = { ...validity, issuer, signingKey: authority.privateKey, signingAlgorithm: ECDSA }
  const anchor = await x509.X509CertificateGenerator.create({
    ...certified,
    subject: issuer,
    publicKey: authority.publicKey,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true)],
  })
  const leaf = await x509.X509CertificateGenerator.create({
    ...certified,
    subject: `O=Example, 2.5.4.97=VATBE-0123456789, CN=${name} signer`,
    publicKey: signer.publicKey,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      ...(url === undefined ? [] : [new x509.SubjectAlternativeNameExtension([{ type: 'url', value: url }])]),
    ],
  })
  return {
    anchor: new Uint8Array(anchor.rawData).toBase64(),
    x5c: [new Uint8Array(leaf.rawData).toBase64()],
    sign: async (input) => new Uint8Array(await crypto.subtle.sign(ECDSA, signer.privateKey, new TextEncoder().encode(input))),
  }
}

export const anchorsFor = (entries: readonly { party: Party; for: Purpose; types?: string[] }[]): Promise<Anchors> =>
  prepareAnchors(
    parseTrust(
      JSON.stringify(
        entries.map(({ party, types, ...entry }, at) => ({
          name: `anchor ${at}`,
          ...entry,
          certificate: party.anchor,
          ...(types && { types }),
        })),
      ),
    ),
    primitives,
  )

export const deflate = (bytes: Uint8Array): Uint8Array => deflateSync(bytes, { level: 9 })

/** A list of two bits with a status of each kind: 0 valid, 1 revoked, 2 suspended, 3 of the application's own. */
export const draft: StatusListDraft = {
  uri: URI,
  issuedAt: NOW - 3600,
  expires: NOW + 86_400,
  ttl: 43_200,
  bits: 2,
  packed: Uint8Array.of(0b11_10_01_00, 0),
}

/** Members of header and payload to set before signing, or to leave out (undefined). */
export interface Change {
  readonly header?: { readonly [name: string]: Json | undefined }
  readonly payload?: { readonly [name: string]: Json | undefined }
}

/** A signed status list token with something changed before it was signed. */
export async function token(signer: Party, change: Change = {}, list = draft): Promise<string> {
  const header = { alg: 'ES256', typ: 'statuslist+jwt', x5c: [...signer.x5c], ...change.header }
  const payload = { ...encodeStatusList(list, deflate), ...change.payload }
  const jws = unsignedJws(withoutUndefined(header), withoutUndefined(payload))
  return jws.seal(await signer.sign(jws.input))
}

const withoutUndefined = (object: object): JsonObject => JSON.parse(JSON.stringify(object))

export const viewOf = (index: unknown, envelope: JsonObject = { status: { status_list: { idx: index as number, uri: URI } } }): View => ({
  format: 'dc+sd-jwt',
  type: TYPE,
  claims: {},
  envelope,
  disclosable: [],
})

export const evidenceOf = (content: string): Evidence => {
  const need = { kind: 'status_list', id: URI } as const
  return new Map([[partKey(need), { ...need, content, mediaType: 'application/statuslist+jwt' }]])
}

export const contextOf = (anchors: Anchors, evidence: Evidence, more: { now?: number; maxStatusAge?: number } = {}): StatusContext => ({
  anchors,
  evidence,
  primitives,
  now: more.now ?? NOW,
  policy: { maxStatusAge: more.maxStatusAge ?? 86_400 },
})
