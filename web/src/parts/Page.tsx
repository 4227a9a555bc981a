// SPDX-License-Identifier: Apache-2.0
//
// The frame of every page: its heading (which the reader's focus moves to
// when the page changes), a sentence, its actions, its content.
import { useEffect, useRef, type ReactNode } from "react";
import { Link } from "wouter";

import { useT } from "@/lib/messages";

export function Page({ title, lead, actions, back, children }: {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  /** The list that this page is one of. */
  back?: { href: string; title: string };
  children: ReactNode;
}) {
  const t = useT();
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    document.title = `${title} · Holdfast`;
  }, [title]);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className="hf-page">
      <header className="hf-page-head">
        <div>
          {back && (
            <nav aria-label={t("page.back")} className="hf-back">
              <Link href={back.href}>{back.title}</Link>
            </nav>
          )}
          <h1 ref={heading} tabIndex={-1}>{title}</h1>
          {lead && <p className="hf-lead">{lead}</p>}
        </div>
        {actions && <div className="hf-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a page with a heading of its own. */
export function Section({ title, actions, children, id }: {
  title: string; actions?: ReactNode; children: ReactNode; id?: string;
}) {
  return (
    <section className="hf-section" id={id}>
      <header className="hf-section-head">
        <h2>{title}</h2>
        {actions && <div className="hf-actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}

/** Names and values of one thing. Values that are null are left out. */
export function Facts({ of }: { of: [string, ReactNode][] }) {
  return (
    <dl className="hf-facts">
      {of.filter(([, value]) => value !== null && value !== undefined &&
        value !== "").map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Nothing here, why, and what one can do. */
export function Empty({ title, children }: {
  title: string; children?: ReactNode;
}) {
  return (
    <div className="hf-empty">
      <p><strong>{title}</strong></p>
      {children}
    </div>
  );
}

/** A number that is a link to the list behind it. */
export function Figure({ value, label, href, mood = "none" }: {
  value: ReactNode; label: string; href: string; mood?: string;
}) {
  return (
    <Link href={href} className="hf-figure" data-mood={mood}>
      <span className="hf-figure-value">{value}</span>
      <span className="hf-figure-label">{label}</span>
    </Link>
  );
}
