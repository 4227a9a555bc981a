// SPDX-License-Identifier: Apache-2.0
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";

/** A link that looks like a button: it leads somewhere, it does nothing. */
export function ButtonLink({ href, variant, children }: {
  href: string; variant?: "filled" | "default"; children: ReactNode;
}) {
  return (
    <Button component={Link} href={href} variant={variant}>{children}</Button>
  );
}
