import { randomHandle } from '../secrets.ts'

/** The cookie that binds a browser to one request; nothing else is in it but a random value. */
export interface BrowserCookie {
  /** What the browser sent for this request, if it is one of ours by its form. */
  read(header: string | undefined, id: string): string | undefined
  /** A new value, and the `set-cookie` header that hands it over for so many seconds. */
  make(id: string, seconds: number): { value: string; header: string }
  /** The `set-cookie` header that takes it back. */
  end(id: string): string
}

const VALUE = /^[A-Za-z0-9_-]{43}$/

/**
 * A cookie for each request, so that two at once do not disturb each other: out of reach of scripts, not sent along when another site posts (RFC 6265bis section 4.1.2.7).
 *
 * Over https its name starts with `__Host-`: no other host, also not one below ours, can have set it (section 4.1.3.2).
 */
export function browserCookie(secure: boolean, base: string): BrowserCookie {
  const name = (id: string): string => `${secure ? '__Host-' : ''}symbolon-${id}`
  const attributes = `${secure ? 'Path=/; Secure' : `Path=${base}/authorize`}; HttpOnly; SameSite=Lax`
  return {
    read(header, id) {
      const prefix = `${name(id)}=`
      const found = (header ?? '').split(';').find((part) => part.trimStart().startsWith(prefix))
      const value = found?.trim().slice(prefix.length)
      return value !== undefined && VALUE.test(value) ? value : undefined
    },
    make(id, seconds) {
      const value = randomHandle()
      return { value, header: `${name(id)}=${value}; Max-Age=${seconds}; ${attributes}` }
    },
    end: (id) => `${name(id)}=; Max-Age=0; ${attributes}`,
  }
}
