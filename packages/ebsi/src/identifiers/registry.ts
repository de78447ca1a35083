import { isDidEbsi } from './did_ebsi.ts'

/** A deployment of the registries: where its paths hang, and what `ebsi:` URIs call it. */
export interface Registry {
  /** An origin, perhaps with a path, without `/` at its end: `https://api-pilot.ebsi.eu`. */
  readonly root: string
  readonly network: string
}

/** The deployments that EBSI itself runs. */
const DEPLOYMENTS: readonly Registry[] = [
  { root: 'https://api-pilot.ebsi.eu', network: 'pilot' },
  { root: 'https://api-conformance.ebsi.eu', network: 'conformance' },
  { root: 'https://api-test.ebsi.eu', network: 'test' },
  { root: 'https://api.ebsi.eu', network: 'production' },
]

/** The networks that EBSI itself runs, by the names that are understood. */
export const NETWORKS: readonly string[] = DEPLOYMENTS.map(({ network }) => network)

/** The network that is meant where nothing is said: on every other one, accreditations are given for trying. */
export const DEFAULT_NETWORK = 'production'

/**
 * Reads the registries of one network: `pilot`, for what EBSI itself runs, or `pilot=https://api-pilot.ebsi.eu`, several with white
 * space between them; null when it cannot be read, or is of several networks.
 */
export function parseRegistries(text: string): readonly Registry[] | null {
  const found = text.trim().split(/\s+/).map(parseRegistry)
  const registries = found.filter((one) => one !== null)
  return registries.length === found.length && isOneNetwork(registries) ? registries : null
}

/**
 * Whether all are of one network, or there are none. Records and DID documents are kept as evidence by their DID alone, so those of
 * two networks would stand for each other.
 */
export const isOneNetwork = ([first, ...others]: readonly Registry[]): boolean => others.every(({ network }) => network === first?.network)

function parseRegistry(text: string): Registry | null {
  const known = DEPLOYMENTS.find(({ network }) => network === text)
  if (known !== undefined) return known
  const [, network, root] = /^([a-z0-9-]+)=(https?:\/\/[^?#@]*[^/?#@])\/?$/.exec(text) ?? []
  return network === undefined || root === undefined || !URL.canParse(root) ? null : { root, network }
}

/** An attribute of the Trusted Issuers Registry: whose, and which (64 hexadecimal digits, lower case, without `0x`). */
export interface AttributeReference {
  readonly did: string
  readonly attributeId: string
}

const URL_PATH = /^\/trusted-issuers-registry\/v[345]\/issuers\/([^/]+)\/attributes\/([^/]+)$/
const URI = /^ebsi:([a-z0-9-]+):trusted-issuers-registry:\/issuers\/([^/]+)\/attributes\/([^/]+)$/
const LONGEST = 500

/**
 * The attribute that a reference names: a URL under one of the roots, or `ebsi:<network>:trusted-issuers-registry:/issuers/...`.
 *
 * Compared as text, with nothing resolved, decoded or left out, so that no host, port, user, query or `..` gets in between.
 * References outlive the version of the API they were written under, hence three of them. Null for anything else.
 */
export function parseAttributeReference(text: string, registries: readonly Registry[]): AttributeReference | null {
  if (text.length > LONGEST) return null
  const [, network, didOfUri = '', idOfUri = ''] = URI.exec(text) ?? []
  if (network !== undefined) return registries.some((registry) => registry.network === network) ? attribute(didOfUri, idOfUri) : null
  for (const { root } of registries) {
    const [, did, id] = (text.startsWith(root) && URL_PATH.exec(text.slice(root.length))) || []
    if (did !== undefined && id !== undefined) return attribute(did, id)
  }
  return null
}

/** What a reference says of where it leads, for people: the network of an `ebsi:` URI, or the origin of a URL; null for one of these registries, and for anything else. */
export function foreignRegistry(text: string, registries: readonly Registry[]): string | null {
  if (text.length > LONGEST) return null
  const [, network] = URI.exec(text) ?? []
  if (network !== undefined) return registries.some((registry) => registry.network === network) ? null : network
  if (!/^https?:/.test(text) || !URL.canParse(text)) return null
  const { origin } = new URL(text)
  return registries.some(({ root }) => new URL(root).origin === origin) ? null : origin
}

function attribute(did: string, id: string): AttributeReference | null {
  const attributeId = parseAttributeId(id)
  return attributeId !== null && isDidEbsi(did) ? { did, attributeId } : null
}

/** An attribute id as records and URLs write it, with `0x` or without, as 64 hexadecimal digits in lower case; null for anything else. */
export function parseAttributeId(text: string): string | null {
  const [, id] = /^(?:0[xX])?([0-9a-fA-F]{64})$/.exec(text) ?? []
  return id?.toLowerCase() ?? null
}

/** The reference that we write: a URL of the Trusted Issuers Registry v5. */
export const attributeUrl = (root: string, { did, attributeId }: AttributeReference): string =>
  `${root}/trusted-issuers-registry/v5/issuers/${did}/attributes/${attributeId}`
