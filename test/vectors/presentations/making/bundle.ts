import { bundle, type BundleChange, DAY, ehic, metadataPart, NOW, party, statusList, statute } from './flow.ts'
import { fail, pass, unknown, type Wishes } from './wish.ts'

const refused = fail('bundle')
const contents = [await statusList(), metadataPart()]
const changed = async (change: BundleChange) => ({ spec: 'specs/bundle.md', bundle: await bundle(contents, change) })
const unlisted = 'ztPQtUYYwUUB7f5vsQQ1ELgQ_Ia5NJDkkAO4q-QmDqg'
const withoutIntegrity = { payload: ({ 'vct#integrity': _, ...payload }: Parameters<NonNullable<Wishes[string]['payload']>>[0]) => payload }

export const bundles: Wishes = {
  'bundle-part-altered': {
    ...(await changed({
      parts: (parts) => Object.fromEntries(Object.entries(parts).map(([digest, part]) => [digest, typeof part === 'string' ? `${part} ` : part])),
    })),
    description: 'a content has a space more than what was signed for',
    pitfall: ['OF-02'],
    expect: refused('bundle_altered'),
  },
  'bundle-parts-exchanged': {
    ...(await changed({
      parts: (parts) => {
        const [[first, one] = ['', ''], [second, other] = ['', '']] = Object.entries(parts)
        return { [first]: other, [second]: one }
      },
    })),
    description: 'two contents stand under the digest of each other',
    pitfall: ['OF-02'],
    expect: refused('bundle_altered'),
  },
  'bundle-part-not-listed': {
    ...(await changed({ parts: (parts) => ({ ...parts, [unlisted]: 'a content of somebody else' }) })),
    description: 'a content comes along that the manifest does not list',
    expect: refused('bundle_malformed'),
  },
  'bundle-by-stranger': {
    ...(await changed({ signer: { ...party('stranger_bundle'), x5c: [...party('stranger_bundle').x5c, ...party('stranger_bundle_ca').x5c] } })),
    description: 'the bundle is signed by nobody of the trust file',
    pitfall: ['OF-02'],
    expect: refused('bundle_not_trusted'),
  },
  'bundle-by-signer-of-credentials': {
    ...(await changed({ signer: party('credential') })),
    description: 'the bundle is signed by one who may sign credentials and not bundles',
    pitfall: ['KX-06'],
    expect: refused('bundle_not_trusted'),
  },
  'bundle-signature-wrong': {
    ...(await changed({ signature: (signature) => signature.with(40, (signature[40] ?? 0) ^ 1) })),
    description: 'a bit of the signature of the manifest was changed',
    pitfall: ['OF-02'],
    expect: refused('bundle_not_trusted'),
  },
  'bundle-algorithm-none': {
    ...(await changed({ header: (header) => ({ ...header, alg: 'none' }), signature: () => new Uint8Array() })),
    description: 'alg of the manifest is none',
    expect: refused('bundle_not_trusted'),
  },
  'bundle-without-chain': {
    ...(await changed({ header: ({ alg = '', typ = '' }) => ({ alg, typ }) })),
    description: 'the manifest does not say who signed it',
    expect: refused('bundle_not_trusted'),
  },
  'bundle-trusted-by-nobody': {
    description: 'the trust file is an empty list',
    spec: 'specs/bundle.md',
    pitfall: ['KX-04'],
    trust: 'trust-nobody',
    expect: refused('bundle_not_trusted'),
  },
  'bundle-typ-jwt': {
    ...(await changed({ header: (header) => ({ ...header, typ: 'JWT' }) })),
    description: 'typ of the manifest is JWT',
    expect: refused('bundle_malformed'),
  },
  'bundle-crit-unknown': {
    ...(await changed({ header: (header) => ({ ...header, crit: ['level'], level: 1 }) })),
    description: 'the header of the manifest has crit',
    expect: refused('bundle_malformed'),
  },
  'bundle-kind-unknown': {
    ...(await changed({ payload: (payload) => ({ ...payload, parts: [{ kind: 'anchor', id: 'x', media_type: 'x', digest: unlisted, size: 1 }] }) })),
    description: 'the manifest lists an anchor, which no bundle may bring',
    expect: refused('bundle_malformed'),
  },
  'bundle-part-listed-twice': {
    ...(await changed({ entries: ([first, ...rest]) => (first === undefined ? [] : [first, first, ...rest]) })),
    description: 'the manifest answers the same need twice',
    expect: refused('bundle_malformed'),
  },
  'bundle-digest-hex': {
    ...(await changed({ entries: (entries) => entries.map((entry) => ({ ...entry, digest: 'ab'.repeat(32) })) })),
    description: 'the digests in the manifest are in hexadecimal',
    expect: refused('bundle_malformed'),
  },
  'bundle-without-exp': {
    ...(await changed({ payload: ({ exp: _, ...payload }) => payload })),
    description: 'the manifest does not say until when it is valid',
    expect: refused('bundle_malformed'),
  },
  'bundle-not-json': {
    description: 'the bundle is a page of a web server',
    spec: 'specs/bundle.md',
    bundle: { text: '<html>404</html>' },
    expect: refused('bundle_malformed'),
  },
  'bundle-member-twice': {
    description: 'the document has two manifests',
    spec: 'specs/bundle.md',
    bundle: { text: '{"manifest":"a.b.c","manifest":"a.b.c","parts":{}}' },
    expect: refused('bundle_malformed'),
  },
  'bundle-cut-off': {
    description: 'the document ends in the middle',
    spec: 'specs/bundle.md',
    bundle: { text: '{"manifest":"a.b.c","parts":{"' },
    expect: refused('bundle_malformed'),
  },
  'bundle-expired': {
    ...(await changed({ manifest: { validUntil: NOW } })),
    description: 'the bundle was valid until now',
    pitfall: ['OF-02'],
    expect: unknown('bundle')('bundle_expired'),
  },
  'bundle-from-the-future': {
    ...(await changed({ manifest: { created: NOW + DAY, validUntil: NOW + 7 * DAY } })),
    description: 'the bundle was made tomorrow, or the clock of the verifier is a day late',
    pitfall: ['OF-05'],
    expect: unknown('bundle')('bundle_from_the_future'),
  },
  'bundle-of-other-types': {
    description: 'the trust file lets the signer of the bundle speak of another type only, so it answers nothing about this one',
    spec: 'specs/bundle.md',
    ...withoutIntegrity,
    trust: 'trust-bundle-of-statute',
    expect: unknown('status')('status_list_missing'),
  },
  'valid-bundle-of-one-type': {
    description: 'the trust file lets the signer of the bundle speak of this type only',
    spec: 'specs/bundle.md',
    type: statute,
    trust: 'trust-bundle-of-statute',
    expect: pass('bundle')('bundle_trusted'),
  },
  'valid-bundle-with-other-parts-missing': {
    description: 'the manifest lists contents that are not there and not needed',
    spec: 'specs/bundle.md',
    bundle: await bundle([...contents, { need: { kind: 'type_metadata', id: statute.vct }, content: 'not carried along' }], {
      parts: (parts) => Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== 'not carried along')),
    }),
    expect: pass('bundle')('bundle_trusted'),
  },
}

export const shared = { bundle: await bundle([await statusList(), await statusList('statute'), metadataPart()]) }
export const types = [ehic.vct, statute.vct]
