import type { Json } from '@symbolon/sd-jwt'
import {
  type BundleChange,
  bundle,
  type Content,
  dictionaryPart,
  ISSUER,
  KEYS,
  keysPart,
  kinds,
  metadataOf,
  OTHER_ISSUER,
  small,
  smallWith,
  statute,
} from './flow.ts'
import { fail, group, noKey, unknown, type Wishes } from './wish.ts'

const malformed = fail('bundle')('bundle_malformed')
const spec = { spec: 'specs/bundle.md' }
/** A bundle of these contents, in the place of that of the vector. */
export const made = async (contents: readonly Content[], change?: BundleChange) => ({ ...spec, bundle: await bundle(contents, change) })

const number = String(statute.dictionary.number)
const another = kinds.find(({ dictionary }) => dictionary !== statute.dictionary)?.dictionary.text ?? ''
const standing = async (id: string, text: string) => made([...small.filter(({ need }) => need.id !== number), dictionaryPart(id, text)])

export const dictionaries: Wishes = {
  ...group('valid-small-bundle', malformed, {
    'bundle-dictionary-of-other-number': ['a dictionary stands under the number of another', await standing(number, another)],
    'bundle-dictionary-changed': [
      'a dictionary has a character more than its number says',
      await standing(number, `${statute.dictionary.text} `),
    ],
    'bundle-dictionary-of-number-0': [
      'a dictionary stands under the number of the generic one',
      await standing('0', statute.dictionary.text),
    ],
    'bundle-dictionary-number-padded': [
      'the number of a dictionary begins with a zero',
      await standing(`0${number}`, statute.dictionary.text),
    ],
    'bundle-dictionary-number-in-hex': [
      'the number of a dictionary is in hexadecimal',
      await standing(`0x${statute.dictionary.number.toString(16)}`, statute.dictionary.text),
    ],
    'bundle-dictionary-empty': ['a dictionary is empty', await standing(number, '')],
    'bundle-dictionary-too-long': ['a dictionary has 8,193 characters', await standing(number, statute.dictionary.text.padEnd(8193))],
    'bundle-dictionary-not-of-bytes': [
      'a dictionary has a character that is no byte',
      await standing(number, `${statute.dictionary.text}\u0101`),
    ],
  }),
  ...group('valid-small-bundle', fail('unpack')('code_dictionary_not_known'), {
    'bundle-without-dictionary': ['the dictionary is not in the bundle', await made(small.filter(({ need }) => need.id !== number))],
    'bundle-with-dictionary-to-come': [
      'the manifest lists the dictionary, and it did not come along',
      await made(small, {
        parts: (parts) => Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== statute.dictionary.text)),
      }),
    ],
  }),
}

const keys = async (content: string, id?: string) => ({ ...(await made(smallWith(keysPart(content, id)))), also: noKey })
const [own = { x5c: [] }, ...others] = KEYS
const x5c = (change: (chain: readonly string[]) => Json) => metadataOf(ISSUER, [{ ...own, x5c: change(own.x5c) }])

/** Keys come from anywhere: what is wrong with them leaves the credential unknown. */
export const issuers: Wishes = {
  ...group('valid-small-bundle', unknown('trust')('chain_missing'), {
    'bundle-keys-missing': [
      'the keys of the issuer are not in the bundle',
      { ...(await made(small.filter(({ need }) => need.id !== ISSUER))), also: noKey },
    ],
    'bundle-keys-of-other-issuer': ['under the name of the issuer stand the keys of another', await keys(metadataOf(OTHER_ISSUER))],
    'bundle-keys-under-other-name': [
      'the keys of the issuer stand under the name of another',
      { ...(await made([...small.filter(({ need }) => need.id !== ISSUER), keysPart(metadataOf(ISSUER), OTHER_ISSUER)])), also: noKey },
    ],
    'bundle-keys-with-slash': ['the issuer in the metadata has a slash more', await keys(metadataOf(`${ISSUER}/`))],
    'bundle-keys-not-json': ['the metadata of the issuer is a page of a web server', await keys('<html>404</html>')],
    'bundle-keys-a-list': ['the metadata of the issuer is a list', await keys(`[${metadataOf(ISSUER)}]`)],
    'bundle-keys-issuer-twice': [
      'the metadata names two issuers',
      await keys(metadataOf(ISSUER).replace('{', `{"issuer":"${OTHER_ISSUER}",`)),
    ],
    'bundle-keys-elsewhere': [
      'the metadata names a place for the keys',
      await keys(JSON.stringify({ issuer: ISSUER, jwks_uri: `${ISSUER}/keys` })),
    ],
    'bundle-keys-not-a-list': ['the keys are no list', await keys(JSON.stringify({ issuer: ISSUER, jwks: { keys: { one: own } } }))],
    'bundle-keys-none': ['the list of keys is empty', await keys(metadataOf(ISSUER, []))],
    'bundle-keys-without-certificates': [
      'the keys have no certificates',
      await keys(
        metadataOf(
          ISSUER,
          KEYS.map(({ x5c: _, ...key }) => key),
        ),
      ),
    ],
    'bundle-keys-without-the-one': ['the key that signed is not among them any more', await keys(metadataOf(ISSUER, others))],
    'bundle-keys-certificate-second': [
      'the certificate stands behind another',
      await keys(x5c((chain) => [...(others[0]?.x5c ?? []), ...chain])),
    ],
    'bundle-keys-certificate-a-text': ['the certificate is no list', await keys(x5c((chain) => chain[0] ?? ''))],
    'bundle-keys-certificate-in-base64url': [
      'the certificate is in base64url',
      await keys(x5c((chain) => chain.map((one) => Buffer.from(one, 'base64').toString('base64url')))),
    ],
    'bundle-keys-33': [
      'the key stands behind more than an issuer has',
      await keys(metadataOf(ISSUER, [...Array(32).fill({ kty: 'EC' }), own])),
    ],
  }),
}
