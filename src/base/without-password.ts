/** A text with the address of a server in it, without the password that the address may hold. */
export const withoutPassword = (text: string): string =>
  text.replace(/(\w+:\/\/[^:@/]*):.*@/, '$1@').replace(/([?&]password=)[^&]*/i, '$1…');
