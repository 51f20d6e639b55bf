import { Component, type ReactNode } from 'react';
import { Failed } from './states.tsx';

/** Shows what broke in a room instead of the room; the rest of the page goes on. */
export class Boundary extends Component<{ readonly children: ReactNode }, { readonly error?: unknown }> {
  override state: { readonly error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    return error === undefined ? this.props.children : <Failed error={error} />;
  }
}
