import { type CredentialType, LANGUAGES, metadataText } from '@symbolon/credential'
import { authorizationCode, CLIENT_AUTHENTICATIONS, issuerMetadata, serverMetadata } from '@symbolon/openid4vc'
import type { JsonObject, SignatureAlgorithm } from '@symbolon/sd-jwt'
import type { HttpAnswer, HttpRequest } from '@symbolon/service'
import type { Bundles, Published } from './bundles.ts'
import type { Codes } from './codes.ts'
import { refused } from './errors.ts'
import type { Redemption } from './grants/index.ts'
import { batchSize, type IssuedType } from './issue.ts'
import { entityTag, type StatusLists } from './status_lists.ts'

/** What publishing needs. */
export interface Publishing {
  readonly url: string
  readonly name: string
  readonly types: ReadonlyMap<string, IssuedType>
  readonly grants: readonly Redemption[]
  readonly lists: StatusLists
  readonly bundles: Bundles
  readonly codes: Codes
  readonly now: () => number
}

type Call = (request: HttpRequest) => Promise<HttpAnswer>

/** Seconds for which a cache may keep a description; types and keys change seldom, and never under a credential's feet. */
const DESCRIPTION_LIFE = 300
const FOR_EVER = 31_536_000
/** A change of the bundle should not wait for a cache. */
const BUNDLE_LIFE = 60

/** What anybody may read, each with validators and a lifetime, made for any cache. */
export async function publishing({
  url,
  name,
  types,
  grants,
  lists,
  bundles,
  codes,
  now,
}: Publishing): Promise<
  Record<'issuerMetadata' | 'serverMetadata' | 'issuerKeys' | 'type' | 'statusList' | 'bundle' | 'manifest' | 'part', Call>
> {
  const signingAlgorithm = ({ name }: CredentialType): SignatureAlgorithm => {
    const issued = types.get(name)
    if (issued === undefined) throw new TypeError(`${name} is not issued here`)
    return issued.identity.signer.algorithm
  }
  const metadata = issuerMetadata({
    issuer: url,
    names: { nl: name, fr: name, de: name, en: name },
    types: Array.from(types.values(), ({ type }) => type),
    signingAlgorithm,
    batchSize: batchSize(types),
    notification: true,
    dictionaries: codes.dictionaries,
  })
  const server = serverMetadata(url, {
    grants: grants.map(({ grant }) => grant),
    scopes: Array.from(types.values(), ({ type }) => type).flatMap(({ name, grants }) =>
      grants.includes(authorizationCode.id) ? [name] : [],
    ),
    authentication: CLIENT_AUTHENTICATIONS,
    dpop: true,
    revocation: true,
    anonymous: Array.from(types.values()).some(({ type }) => type.clients.includes('anonymous')),
    languages: LANGUAGES,
  })
  return {
    issuerMetadata: description(metadata),
    serverMetadata: description(server),
    // Asked for anew each time: another process may sign with another certificate by now.
    issuerKeys: async () => served({ mediaType: 'application/json', content: JSON.stringify(await codes.keys()) }, DESCRIPTION_LIFE),

    async type({ parameters }) {
      const issued = types.get(parameters.type ?? '')
      if (issued === undefined) throw refused('type_not_found')
      return served({ mediaType: 'application/json', content: metadataText(issued.type) }, DESCRIPTION_LIFE)
    },

    async statusList({ parameters }) {
      const { token, mediaType, issuedAt, staleAt } = await lists.token(parameters.id ?? '')
      return served({ mediaType, content: token, issuedAt }, staleAt - now())
    },

    bundle: async () => served(await bundles.document(), BUNDLE_LIFE),
    manifest: async () => served(await bundles.manifest(), BUNDLE_LIFE),
    part: async ({ parameters }) => served(await bundles.part(parameters.digest ?? ''), FOR_EVER),
  }
}

function description(document: JsonObject): Call {
  const answer = served({ mediaType: 'application/json', content: JSON.stringify(document) }, DESCRIPTION_LIFE)
  return async () => answer
}

/** `life` in seconds. */
function served({ mediaType, content, issuedAt }: Published, life: number): HttpAnswer {
  const modified = issuedAt === undefined ? {} : { 'last-modified': new Date(issuedAt * 1000).toUTCString() }
  const headers = {
    'content-type': mediaType,
    etag: entityTag(content),
    'cache-control': `public, max-age=${Math.max(0, life)}${life === FOR_EVER ? ', immutable' : ''}`,
    ...modified,
  }
  return { headers, text: content }
}
