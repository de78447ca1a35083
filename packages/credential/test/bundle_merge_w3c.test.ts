import { gzipSync } from 'node:zlib'
import { primitives } from '@symbolon/primitives/node'
import { describe, expect, it } from 'vitest'
import { mergeBundles } from '../src/bundle/index.ts'
import type { Part } from '../src/model.ts'
import { unsignedBitstringList } from '../src/status/index.ts'
import { type Anchors, parseTrust, prepareAnchors } from '../src/trust/index.ts'
import { bundleOf, type Holder, listPart, NOW, newHolder, status } from './presentation_fixture.ts'
import { draft, party, token } from './status_fixture.ts'
import { issuer as attestor, changed, DAY, ISSUER as DID, KID, LIST } from './vc_jwt_fixture.ts'

const [one, two] = await Promise.all([party('One'), party('Two')])
const of = (name: 'one' | 'two', parts: readonly Part[]) =>
  bundleOf(parts, { signer: { one, two }[name], manifest: { issuer: `https://${name}.example` } })
const merge = (texts: readonly string[], { anchors }: { anchors: Anchors }) => {
  const inputs = texts.map((text, at) => ({ name: `${at}.json`, text }))
  return mergeBundles(inputs, { issuer: 'https://desk.example', anchors, memory: null, now: NOW, primitives })
}

describe('of two lists that are W3C credentials', () => {
  const other = { holder: newHolder(), did: 'did:ebsi:zZeKyEJfUTGwajhNyNX928z' }
  const entries = [
    { name: 'One', for: 'bundle', certificate: one.anchor },
    { name: 'Two', for: 'bundle', certificate: two.anchor },
    { name: 'Other', for: 'status', jwk: { ...other.holder.jwk, kid: `${other.did}#keys-1` } },
  ]
  const byKey = { name: 'Attestor', for: 'status', jwk: { ...attestor.jwk, kid: KID } }
  const byDid = { name: 'Attestor', for: 'status', did: DID }
  const trusting = (...more: object[]) => prepareAnchors(parseTrust(JSON.stringify([...entries, ...more])), primitives)

  interface Listed {
    readonly expires?: number
    readonly by?: Holder
    readonly did?: string
  }
  async function bitstring(issuedAt: number, { expires = NOW + DAY, by = attestor, did = DID }: Listed = {}): Promise<string> {
    const list = {
      uri: LIST,
      issuer: did,
      issuedAt,
      expires,
      packed: new Uint8Array(131_072 / 8),
      schemas: [{ id: 'https://schema.example/1', type: 'JsonSchema' }],
    }
    const unsigned = unsignedBitstringList(list, { algorithm: 'ES256', kid: `${did}#keys-1` }, (bytes) => gzipSync(bytes))
    return unsigned.seal(await by.sign(unsigned.input))
  }
  /** The same as the draft before writes it. */
  async function list2021(issuedAt: number): Promise<string> {
    const credentialSubject = {
      id: `${LIST}#list`,
      type: 'StatusList2021',
      statusPurpose: 'revocation',
      encodedList: gzipSync(new Uint8Array(131_072 / 8)).toString('base64'),
    }
    const type = ['VerifiableCredential', 'VerifiableAttestation', 'StatusList2021Credential']
    return changed(await bitstring(issuedAt), { inner: { type, credentialSubject } })
  }
  const part = (content: string): Part => ({ kind: 'status_list', id: LIST, mediaType: 'application/jwt', content })
  const document: Part = {
    ...{ kind: 'did_document', id: DID, mediaType: 'application/did+ld+json', fetchedAt: NOW - 700 },
    content: JSON.stringify({
      id: DID,
      verificationMethod: [{ id: KID, type: 'JsonWebKey2020', controller: DID, publicKeyJwk: attestor.jwk }],
      assertionMethod: [KID],
    }),
  }
  /** Which of two is kept, by both orders; else why not. */
  async function kept(first: string, second: string, anchors: Anchors, more: { one?: Part[]; two?: Part[] } = {}) {
    const texts = [await of('one', [part(first), ...(more.one ?? [])]), await of('two', [part(second), ...(more.two ?? [])])]
    const ends = [await merge(texts, { anchors }), await merge(texts.toReversed(), { anchors })]
    return ends.map((end) => {
      if ('faults' in end) return end.faults.map(({ code }) => code).join()
      const lists = end.manifest.entries.filter(({ kind }) => kind === 'status_list')
      return lists.map(({ digest }) => [first, second].indexOf(end.parts.get(digest) ?? '')).join()
    })
  }

  it('the newer stays, of each kind', async () => {
    const anchors = await trusting(byKey)
    for (const list of [bitstring, list2021]) expect(await kept(await list(NOW - 50), await list(NOW - 90), anchors)).toEqual(['0', '0'])
    expect(await kept(await list2021(NOW - 50), await bitstring(NOW - 90), anchors)).toEqual(['0', '0'])
  })

  it('one that is right before a newer one that is not: forged, over, or of nobody known', async () => {
    const anchors = await trusting(byKey)
    const right = await bitstring(NOW - 90)
    const wrong = [
      await bitstring(NOW - 10, { by: newHolder() }),
      await bitstring(NOW - 10, { expires: NOW }),
      await bitstring(NOW - 10, { did: 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UB', by: newHolder() }),
      await changed(await bitstring(NOW - 10), { inner: { type: ['VerifiableCredential', 'VerifiableAttestation'] } }),
      'a list',
    ]
    for (const list of wrong) expect.soft(await kept(list, right, anchors)).toEqual(['1', '1'])
    expect(await kept('a list', 'another list', anchors)).toEqual(['bundle_parts_differ', 'bundle_parts_differ'])
  })

  it('none takes the place of that of another issuer, though both are trusted: it would hide what it says', async () => {
    const hiding = await bitstring(NOW - 10, { by: other.holder, did: other.did })
    const refused = ['bundle_parts_differ', 'bundle_parts_differ']
    expect(await kept(hiding, await bitstring(NOW - 90), await trusting(byKey))).toEqual(refused)
    expect(
      await kept(
        await listPart(await token(status, {}, { ...draft, uri: LIST })).then(({ content }) => content),
        await bitstring(NOW - 90),
        await trusting(byKey, { name: 'Status', for: 'status', certificate: status.anchor }),
      ),
    ).toEqual(refused)
  })

  describe('of an issuer that only an accreditation stands behind', () => {
    const documentOf = (did: string, { jwk }: Holder): Part => ({
      ...document,
      id: did,
      content: document.content.replaceAll(DID, did).replace(JSON.stringify(attestor.jwk), JSON.stringify(jwk)),
    })
    const others = documentOf(other.did, other.holder)
    /** A trust file that names nobody whose list it is, and perhaps these. */
    const naming = (...more: object[]) => prepareAnchors(parseTrust(JSON.stringify([...entries.slice(0, 2), ...more])), primitives)
    const refused = ['bundle_parts_differ', 'bundle_parts_differ']

    it('the newer stays when its document says that it signed both', async () => {
      const [newer, older] = [await bitstring(NOW - 50), await bitstring(NOW - 90)]
      expect(await kept(newer, older, await naming(), { two: [document] })).toEqual(['0', '0'])
      expect(await kept(newer, older, await naming())).toEqual(refused)
    })

    it('none is taken that is forged, of another, over, or as old: nobody knows who is right', async () => {
      const anchors = await naming()
      const older = await bitstring(NOW - 90)
      const wrong = [
        await bitstring(NOW - 10, { by: other.holder }),
        await bitstring(NOW - 10, { by: other.holder, did: other.did }),
        await bitstring(NOW - 10, { expires: NOW }),
        await bitstring(NOW - 90, { expires: NOW + 2 * DAY }),
        'a list',
      ]
      for (const list of wrong) expect.soft(await kept(list, older, anchors, { one: [others], two: [document] })).toEqual(refused)
    })

    it('one that the trust file stands behind is not replaced by a newer one of somebody else', async () => {
      const signed = await bitstring(NOW - 10, { by: other.holder, did: other.did })
      expect(await kept(signed, await bitstring(NOW - 90), await naming(byKey), { one: [others] })).toEqual(['1', '1'])
    })
  })

  it('of an issuer that is trusted by its DID, with its document among the parts; one for another type does not count', async () => {
    const [newer, older] = [await bitstring(NOW - 50), await bitstring(NOW - 90)]
    const refused = ['bundle_parts_differ', 'bundle_parts_differ']
    expect(await kept(newer, older, await trusting(byDid))).toEqual(refused)
    expect(await kept(newer, older, await trusting(byDid), { two: [document] })).toEqual(['0', '0'])
    const [{ name, certificate }, ...others] = entries as [{ name: string; certificate: string }, ...object[]]
    const limited = [{ name, for: 'bundle', certificate, types: ['urn:example:other:1'] }, ...others, byDid]
    const anchors = await prepareAnchors(parseTrust(JSON.stringify(limited)), primitives)
    expect(await kept(newer, older, anchors, { one: [document] })).toEqual(refused)
    expect(await kept(newer, older, anchors, { two: [document] })).toEqual(['0', '0'])
  })
})
