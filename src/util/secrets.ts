/** Texts that must not be shown or kept, and their patterns. */
const secrets = new Map<string, RegExp>()

/** Has `withoutSecrets` blank out a text from now on, also where it is percent-encoded. */
export function keepSecret(secret: string): void {
  for (const form of [secret, encodeURIComponent(secret.toWellFormed())])
    // So short a text is no secret: to blank it out would spoil answers and messages.
    if (form.length >= 4) secrets.set(form, patternOf(form))
}

function patternOf(secret: string): RegExp {
  const text = secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  // A short password may be part of a word.
  return new RegExp(secret.length < 8 ? `(?<!\\w)${text}(?!\\w)` : text, 'g')
}

/** Name of a query parameter that holds a secret. */
const secretName = /key|token|secret|signature|^sig$|passw|^pwd$|auth|credential/i

// Their bounds keep a hostile text from taking long.
const userOfUrl = /:\/\/(?:[^\s/?#"'<>]{0,256}|[^\s/@"'<>]{0,256}:(?!\d+\/)[^\s"'<>]{0,256})@/g
const queryOfUrl = /([?&])([^=&\s"'<>?#]{1,64})=([^&\s"'<>#]*)/g

/** A text without known secrets, passwords in URLs and keys in their queries. */
export function withoutSecrets(text: string): string {
  let rest = text
  for (const pattern of secrets.values()) rest = rest.replace(pattern, '[key]')
  return rest
    .replace(userOfUrl, '://')
    .replace(queryOfUrl, (whole, before: string, name: string) =>
      secretName.test(name) ? `${before}${name}=[key]` : whole,
    )
}

/** A URL without its password and the keys in its query; one that has none stays as it is. */
export function urlWithoutSecrets(url: string): string {
  if (!URL.canParse(url)) return withoutSecrets(url)
  const whole = new URL(url)
  const names = [...whole.searchParams.keys()].filter((name) => secretName.test(name))
  if (whole.username === '' && whole.password === '' && names.length === 0) return url
  whole.username = whole.password = ''
  for (const name of names) whole.searchParams.delete(name)
  return whole.href
}

/** The name and password of a URL, as they are sent; undefined where it has none. */
export function userOf(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return undefined
  return [url.username, url.password].map(decoded).join(':')
}

/** Keeps the password of a URL, and the keys in its query, secret. */
export function keepSecretsOf(url: URL): void {
  const user = userOf(url)
  if (user !== undefined) {
    keepSecret(decoded(url.password || url.username))
    keepSecret(Buffer.from(user).toString('base64'))
  }
  for (const [name, value] of url.searchParams) if (secretName.test(name)) keepSecret(value)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
