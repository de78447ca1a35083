/** The characters a URI has (RFC 3986 section 2); the URL parser of the platform forgives others, and mends what it forgives. */
const URI = /^[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/

/** Whether a text has only the characters of a URI. */
export const isUri = (text: string): boolean => URI.test(text)

const UNRESERVED = /[\w\-.~]/

/**
 * An http address as it is compared: without query and fragment, after syntax-based and scheme-based normalisation
 * (RFC 9449 section 4.3, RFC 3986 sections 6.2.2 and 6.2.3); null for anything else.
 */
export function comparableAddress(text: string): string | null {
  if (!isUri(text) || !/^https?:\/\//i.test(text)) return null
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '') return null
  const path = url.pathname.replace(/%[0-9a-f]{2}/gi, (triplet) => {
    const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16))
    return UNRESERVED.test(character) ? character : triplet.toUpperCase()
  })
  return url.origin + path
}
